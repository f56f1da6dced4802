export const conciergePrompt = `You are the concierge.`;
