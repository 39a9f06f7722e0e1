const text = require('fs').readFileSync(0, 'utf8').trim();
let count = 0;
for (const ch of text) {
  if ('aeiou'.includes(ch)) {
    count++;
  }
}
console.log(`vowels: ${count}`);
