const lines = require('fs').readFileSync('/dev/stdin', 'utf8').trim().split('\n');
const n = parseInt(lines[0]);
const nums = lines[1].split(' ').map(Number);
let sum = 0;
for (let i = 0; i < n; i++) {
  sum += nums[i];
}
console.log(sum);
