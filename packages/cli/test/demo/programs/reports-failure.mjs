process.once('message', () => {
  process.send({ type: 'failure', message: 'no such model' }, () => process.exit(1));
});
