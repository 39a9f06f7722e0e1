const input = require('fs').readFileSync(0, 'utf8');
const numbers = input.trim().split(/\s+/).map(Number);

let min = numbers[0];
let max = numbers[0];
for (const n of numbers) {
  if (n < min) min = n;
  if (n > max) max = n;
}
console.log(min, max);
console.log('range: ' + (max - min));
