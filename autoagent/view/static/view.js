// A timeline of which only what is seen is there, keys to go through it, and news of a run that lives.
"use strict";

const HEIGHT = 56; // of a row, as in style.css
const SIZE = 100; // rows of a chunk

async function part(address) {
  const answer = await fetch(address, { headers: { "X-Part": "yes" } });
  return answer.text(); // escaped where it was made, an error's words too
}

class Timeline {
  constructor(panes) {
    this.run = panes.dataset.run;
    this.steps = Number(panes.dataset.steps);
    this.step = Number(panes.dataset.step);
    this.box = panes.querySelector("[data-timeline]");
    this.rows = this.box.querySelector(".rows");
    this.detail = panes.querySelector("[data-detail]");
    this.chunks = new Map();
    this.asked = 0;
    this.rows.replaceChildren();
    this.box.addEventListener("scroll", () => this.draw(), { passive: true });
    this.box.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.go(Number(row.dataset.step));
    });
    window.addEventListener("resize", () => this.draw());
    this.resize();
    this.reveal();
    this.draw();
  }

  resize() {
    this.rows.style.height = `${this.steps * HEIGHT}px`;
  }

  reveal() {
    const top = (this.step - 1) * HEIGHT;
    const low = this.box.scrollTop;
    const high = low + this.box.clientHeight - HEIGHT;
    if (top < low || top > high) this.box.scrollTop = top - this.box.clientHeight / 2;
  }

  // Chunks that are seen, or nearly, are there; all others are not.
  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / HEIGHT / SIZE - 0.3));
    const last = Math.floor(((this.box.scrollTop + this.box.clientHeight) / HEIGHT) / SIZE + 0.3);
    for (const [number, chunk] of this.chunks) {
      if (number < first || number > last) {
        chunk.remove();
        this.chunks.delete(number);
      }
    }
    for (let number = first; number <= last && number * SIZE < this.steps; number++) {
      if (!this.chunks.has(number)) this.load(number);
    }
  }

  async load(number) {
    let chunk = this.chunks.get(number);
    if (!chunk) {
      chunk = document.createElement("div");
      chunk.className = "chunk";
      chunk.style.top = `${number * SIZE * HEIGHT}px`;
      this.chunks.set(number, chunk);
      this.rows.append(chunk);
    }
    chunk.innerHTML = await part(`/run/${this.run}/rows?first=${number * SIZE + 1}&size=${SIZE}`);
    this.mark();
  }

  mark() {
    for (const row of this.rows.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    const row = this.rows.querySelector(`[data-step="${this.step}"]`);
    if (row) row.setAttribute("aria-current", "true");
  }

  async go(step) {
    if (this.steps === 0) return;
    this.step = Math.min(Math.max(step, 1), this.steps);
    history.replaceState(null, "", `?step=${this.step}`);
    this.reveal();
    this.mark();
    const asked = ++this.asked;
    const shown = await part(`/run/${this.run}/step/${this.step}`);
    if (asked === this.asked) this.detail.innerHTML = shown;
  }

  // The run has gone on; who looks at its last step is taken along.
  grown(steps) {
    if (steps <= this.steps) return;
    const follows = this.step >= this.steps;
    const chunk = Math.floor(this.steps / SIZE);
    this.steps = steps;
    this.resize();
    if (this.chunks.has(chunk)) this.load(chunk);
    this.draw();
    if (follows) this.go(steps);
  }
}

function typing(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea");
}

function keys(timeline) {
  const moves = {
    j: () => timeline.go(timeline.step + 1),
    k: () => timeline.go(timeline.step - 1),
    g: () => timeline.go(1),
    G: () => timeline.go(timeline.steps),
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event) || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });
}

// Calls back with each state of a run: how many steps it has, and whether it has ended.
function watch(run, told) {
  const source = new EventSource(`/run/${run}/live`);
  source.addEventListener("run", (event) => told(JSON.parse(event.data)));
  source.addEventListener("gone", () => source.close());
  window.addEventListener("pagehide", () => source.close());
}

function life(panes) {
  if (!panes.querySelector("[data-timeline]")) {
    watch(panes.dataset.run, (state) => state.steps > 0 && location.reload());
    return;
  }
  const timeline = new Timeline(panes);
  keys(timeline);
  let ended = panes.dataset.ended === "yes";
  watch(timeline.run, (state) => {
    timeline.grown(state.steps);
    if (state.ended !== ended) {
      ended = state.ended;
      document.getElementById("state").textContent = ended ? "stopped" : "lives";
    }
  });
}

function search(panels) {
  let seen = null;
  watch(panels.dataset.run, async (state) => {
    if (seen !== null && seen !== state.number) {
      panels.innerHTML = await part(`/run/${panels.dataset.run}/panels${location.search}`);
    }
    seen = state.number;
  });
}

const panes = document.querySelector(".panes");
if (panes) life(panes);
const panels = document.querySelector("[data-panels]");
if (panels) search(panels);
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-search]");
  if (field && event.key === "/" && !typing(event)) {
    event.preventDefault();
    field.focus();
  }
});
