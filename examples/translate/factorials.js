function factorial(n) {
  if (n <= 1) {
    return 1;
  }
  return n * factorial(n - 1);
}

const n = parseInt(require('fs').readFileSync(0, 'utf8'));
for (let i = 1; i <= n; i++) {
  console.log(i + '! = ' + factorial(i));
}
