const [a, b] = require('fs').readFileSync(0, 'utf8').trim().split(' ').map(Number);

function gcd(x, y) {
  while (y !== 0) {
    const t = x % y;
    x = y;
    y = t;
  }
  return x;
}

console.log(gcd(a, b));
