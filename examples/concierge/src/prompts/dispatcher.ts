export const dispatcherPrompt = `You are the dispatcher.`;
