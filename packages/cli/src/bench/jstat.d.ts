/** The part of jStat that is used: it has no types of its own. */
declare module 'jstat' {
  const library: {
    readonly studentt: {
      /** Quantile of Student's t with `degrees` of freedom. */
      inv(probability: number, degrees: number): number;
    };
  };
  export default library;
}
