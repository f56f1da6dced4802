/** How a server is started; the same for a packaged one and for a binary. */
export interface LlamaServerSettings {
  /** GGUF file. */
  readonly model: string;
  readonly slots: number;
  /** Of one slot. */
  readonly contextTokens: number;
  readonly threads: number;
  /** `--cache-ram`: the server's own prompt cache; 0 = off. */
  readonly cacheMiB: number;
  /** `--slot-save-path`. */
  readonly stateFolder: string;
}
