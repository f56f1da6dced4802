/** Template that refuses a history without a user and has no marker between the system text and the user's, like Mistral's. */
export const refusingTemplate = [
  '{{- bos_token -}}',
  "{%- if messages | selectattr('role', 'equalto', 'user') | list | length == 0 -%}",
  "{{- raise_exception('a user must speak') -}}{%- endif -%}",
  '{%- for message in messages -%}',
  "{%- if message.role == 'system' -%}{%- set ns = message.content -%}{{- '[INST]' + message.content + '\\n\\n' -}}",
  "{%- elif message.role == 'user' -%}",
  "{{- ('' if loop.first or messages[loop.index0 - 1].role == 'system' else '[INST]') + message.content + '[/INST]' -}}",
  '{%- else -%}{{- message.content + eos_token -}}{%- endif -%}',
  '{%- endfor -%}',
].join('');

/** Template that puts the tools in front of the first message that is no system message, like Llama 3.1's. */
export const userToolsTemplate = [
  '{{- bos_token -}}',
  '{%- set ns = namespace(shown=false) -%}',
  '{%- for message in messages -%}',
  "{{- '<|' + message.role + '|>\\n' -}}",
  "{%- if tools and not ns.shown and message.role not in ['system', 'developer'] -%}",
  "{%- set ns.shown = true -%}{{- 'Tools: ' + (tools | tojson) + '\\n' -}}{%- endif -%}",
  "{{- message.content -}}{%- if message.tool_calls -%}{{- message.tool_calls | tojson -}}{%- endif -%}{{- '<|end|>\\n' -}}",
  '{%- endfor -%}',
  "{%- if add_generation_prompt -%}{{- '<|assistant|>\\n' -}}{%- endif -%}",
].join('');
