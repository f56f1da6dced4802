process.stderr.write('the engine has no memory left\n');
process.exit(3);
