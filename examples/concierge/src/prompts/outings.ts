export const outingsPrompt = `You are the outings.`;
