export const diningPrompt = `You are the dining.`;
