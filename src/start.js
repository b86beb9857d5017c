// Plain JavaScript, so that a Node.js too old to read the rest can still say so.
const MINIMUM = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  process.stderr.write(
    `Sluice needs Node.js ${MINIMUM.join('.')} or newer, and this is ${process.versions.node}.\n` +
      'On linux-x64 `npm ci` brings one that `npm start` uses; elsewhere install Node.js 24.\n',
  );
  process.exit(1);
}
await import('./main.ts');
