/** Steps of its own branch that a prediction looks ahead. */
export const horizonSteps = 16;
