/**
 * Chat template of the random model (Jinja). Concatenative: every message is `<|role|>\n` + text + `<|end|>\n` whatever
 * follows it, and the tools stand in the first system message, so that the prompt of a longer history begins with the
 * prompt of a shorter one.
 */
export const chatTemplate: string = [
  '{%- macro text_of(content) -%}',
  '{%- if content is string -%}{{- content -}}',
  "{%- elif content -%}{%- for part in content -%}{{- part['text'] -}}{%- endfor -%}",
  '{%- endif -%}',
  '{%- endmacro -%}',
  '{%- macro tool_list() -%}',
  "{{- '\\n\\n# Tools\\n' -}}",
  "{%- for tool in tools -%}{{- tool | tojson + '\\n' -}}{%- endfor -%}",
  '{%- endmacro -%}',
  '{{- bos_token -}}',
  "{%- set leads = messages and messages[0]['role'] in ['system', 'developer'] -%}",
  "{%- if tools and not leads -%}{{- '<|system|>' + tool_list() + '<|end|>\\n' -}}{%- endif -%}",
  '{%- for message in messages -%}',
  "{{- '<|' + message['role'] + '|>\\n' -}}",
  "{%- if message['role'] == 'tool' -%}{{- message['tool_call_id'] + '\\n' -}}{%- endif -%}",
  "{{- text_of(message['content']) -}}",
  "{%- for call in message['tool_calls'] or [] -%}",
  "{{- '\\n<tool_call>{\"id\": ' + call['id'] | tojson + ', \"name\": ' + call['function']['name'] | tojson -}}",
  "{%- set given = call['function']['arguments'] -%}",
  "{{- ', \"arguments\": ' + (given if given is string else given | tojson) + '}</tool_call>' -}}",
  '{%- endfor -%}',
  '{%- if tools and leads and loop.first -%}{{- tool_list() -}}{%- endif -%}',
  "{{- '<|end|>\\n' -}}",
  '{%- endfor -%}',
  "{%- if add_generation_prompt -%}{{- '<|assistant|>\\n' -}}{%- endif -%}",
].join('');
