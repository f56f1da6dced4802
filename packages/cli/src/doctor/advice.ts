/** Something to do. `broken`: the runtime cannot work as meant. `hint`: it works with less. */
export interface Advice {
  readonly level: 'broken' | 'hint';
  readonly finding: string;
  readonly fix: string;
}
