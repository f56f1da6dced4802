export const housePrompt = `You are the house.`;
