/// What makes reports answer: the readout of the source, jumping, sorting. Without it everything can still be read.
///
/// It writes with textContent and attributes only, never markup, and asks for nothing from outside.
enum ReportScript {
  static let code = #"""
    'use strict';
    // The source: what is under the pointer or the cursor, and what it costs.
    for (const source of document.querySelectorAll('.source')) {
      const page = source.closest('.page');
      const blocks = [...source.querySelectorAll('pre')];
      const readout = page.querySelector('.readout');
      const slider = page.querySelector('.strip input');
      const box = source.querySelector('.cursor');
      const marks = [...source.querySelectorAll('a.f')];
      const last = blocks[blocks.length - 1];
      let at = null, byteAt = 0;  // {block, index}: a UTF-16 unit of a block's text
      let jumped = 0;  // when; scrolling that follows moves no slider
      page.querySelector('.hint').hidden = false;

      const costs = new WeakMap();
      const bits = (block, index) => {
        if (!costs.has(block)) costs.set(block, Uint8Array.from(atob(block.dataset.b), c => c.charCodeAt(0)));
        return 32 * (costs.get(block)[index] / 255) ** 2;
      };
      // U+2400 stands for NUL, which HTML cannot hold.
      const width = c => c < 0x80 || c === 0x2400 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      const bytesBefore = (text, index) => {
        let n = 0;
        for (const c of text.slice(0, index)) n += width(c.codePointAt(0));
        return n;
      };
      const nodeAt = (block, index) => {
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); index -= node.length) if (index < node.length) return [node, index];
        return null;
      };
      const indexOf = (block, node, offset) => {
        const range = document.createRange();
        range.setStart(block, 0);
        range.setEnd(node, offset);
        return range.toString().length;
      };
      const rectOf = (block, index) => {
        const found = nodeAt(block, index);
        if (!found) return null;
        const range = document.createRange();
        range.setStart(...found);
        range.setEnd(found[0], Math.min(found[0].length, found[1] + 1));
        return [...range.getClientRects()].pop();
      };
      const named = { '\n': 'line break', '\r': 'carriage return', '\t': 'tab', ' ': 'space', '\u2400': 'NUL' };

      const show = (block, index, speaks) => {
        const text = block.textContent;
        if (index > 0 && /[\uDC00-\uDFFF]/.test(text[index])) index--;
        const code = text.codePointAt(index);
        if (code === undefined) return;
        at = { block, index };
        const c = String.fromCodePoint(code);
        const before = text.slice(0, index).split(/\r\n|\r|\n/);
        const line = +block.dataset.l + before.length - 1;
        const column = (before.length > 1 ? 1 : +block.dataset.c) + before[before.length - 1].length;
        const mean = bits(block, index), bytes = width(code);
        const more = bytes > 1 ? `, ${(mean * bytes).toFixed(1)} for its ${bytes} bytes` : '';
        readout.setAttribute('aria-live', speaks ? 'polite' : 'off');
        readout.textContent = `${named[c] ?? c}  ${mean.toFixed(mean < 1 ? 2 : 1)} bits per byte${more} · ` +
          `line ${line}, column ${column} · byte ${byteAt = +block.dataset.o + bytesBefore(text, index)}`;
        readout.hidden = false;
        const rect = rectOf(block, index), frame = source.getBoundingClientRect();
        box.hidden = !rect;
        if (!rect) return;
        Object.assign(box.style, {
          left: `${rect.left - frame.left - 2}px`, top: `${rect.top - frame.top - 2}px`,
          width: `${Math.max(rect.width, 4) + 2}px`, height: `${rect.height + 2}px` });
      };

      const underPointer = event => {
        let node, offset;
        if (document.caretPositionFromPoint) {
          const p = document.caretPositionFromPoint(event.clientX, event.clientY);
          if (p) [node, offset] = [p.offsetNode, p.offset];
        } else if (document.caretRangeFromPoint) {
          const r = document.caretRangeFromPoint(event.clientX, event.clientY);
          if (r) [node, offset] = [r.startContainer, r.startOffset];
        }
        const block = node && (node.nodeType === 3 ? node.parentElement : node).closest('.source pre');
        if (!block || !source.contains(block)) return null;
        let index = indexOf(block, node, offset);
        // The caret stands between two characters: take the one that the pointer is in.
        const rect = index > 0 && rectOf(block, index - 1);
        if (rect && rect.left <= event.clientX && event.clientX < rect.right && rect.top <= event.clientY &&
          event.clientY <= rect.bottom) index--;
        return { block, index };
      };
      let waiting = false;
      const point = event => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          const place = underPointer(event);
          if (place) show(place.block, place.index, false);
        });
      };
      source.addEventListener('pointermove', point);
      source.addEventListener('pointerdown', point);

      const reveal = () => {
        const rect = at && rectOf(at.block, at.index);
        if (!rect) return;
        const top = page.querySelector('.strip').getBoundingClientRect().bottom + 20, bottom = innerHeight - 80;
        if (rect.top < top || rect.bottom > bottom) scrollBy(0, rect.top - (top + bottom) / 2);
      };
      const jump = (block, index, speaks) => {
        jumped = Date.now();
        // A block out of sight has no places yet: bring it into sight first, then the character.
        block.scrollIntoView({ block: 'nearest' });
        requestAnimationFrame(() => { show(block, index, speaks); reveal(); show(block, index, speaks); slide(byteAt); });
      };

      source.addEventListener('keydown', event => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const here = at ?? { block: blocks[0], index: 0 };
        if (step) {
          const length = here.block.textContent.length;
          let { block, index } = here, b = blocks.indexOf(block);
          if (at) index += step;
          if (step > 0 && index < length && /[\uDC00-\uDFFF]/.test(block.textContent[index])) index++;
          if (index < 0 && b > 0) { block = blocks[b - 1]; index = block.textContent.length - 1; }
          else if (index >= length && block !== last) { block = blocks[b + 1]; index = 0; }
          jump(block, Math.max(0, Math.min(index, block.textContent.length - 1)), true);
        } else if (/^[np]$/i.test(event.key) && marks.length) {
          const now = marks.indexOf(document.activeElement);
          const to = event.key.toLowerCase() === 'n' ? now + 1 : now < 0 ? marks.length - 1 : now - 1;
          marks[(to + marks.length) % marks.length].focus();
        } else return;
        event.preventDefault();
      });
      // The focus brings a mark into sight; its first character is read out.
      for (const mark of marks) mark.addEventListener('focus', () => {
        const block = mark.closest('pre');
        const index = indexOf(block, mark, 0);
        if (index < block.textContent.length) jump(block, index, false);
      });

      addEventListener('resize', () => at && show(at.block, at.index, false));

      const total = +last.dataset.o + bytesBefore(last.textContent, last.textContent.length);
      const slide = byte => {
        if (slider !== document.activeElement) slider.value = total ? byte / total * 1000 : 0;
        slider.setAttribute('aria-valuetext', `byte ${byte} of ${total}`);
      };
      if (!slider) continue;
      slider.hidden = false;
      slider.addEventListener('input', () => {
        const byte = Math.round(slider.value / 1000 * total);
        const block = blocks.findLast(b => +b.dataset.o <= byte);
        let left = byte - block.dataset.o, index = 0;
        const text = block.textContent;
        for (const c of text) {
          left -= width(c.codePointAt(0));
          if (left < 0 || index + c.length >= text.length) break;
          index += c.length;
        }
        jump(block, index, false);
      });
      const follow = () => {
        if (Date.now() - jumped < 400) return;
        const line = page.querySelector('.strip').getBoundingClientRect().bottom;
        let low = 0, high = blocks.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (blocks[middle].getBoundingClientRect().top <= line) low = middle; else high = middle - 1;
        }
        const rect = blocks[low].getBoundingClientRect();
        const start = +blocks[low].dataset.o, end = low + 1 < blocks.length ? +blocks[low + 1].dataset.o : total;
        const part = Math.min(1, Math.max(0, (line - rect.top) / Math.max(1, rect.height)));
        slide(Math.round(start + part * (end - start)));
      };
      addEventListener('scroll', () => requestAnimationFrame(follow), { passive: true });
      slide(0);
    }

    // Tables: a click on a column's name sorts by it, another turns the order around.
    for (const table of document.querySelectorAll('table.sortable')) {
      const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
      for (const row of body.rows)
        [...row.cells].slice(1).forEach((cell, i) => { cell.dataset.k = cell.colSpan > 1 ? '' : heads[i + 1].textContent; });
      if (body.rows.length < 2) continue;
      heads.forEach((head, column) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener('click', () => {
          // Numbers begin with the largest, names with A.
          const first = column ? 'descending' : 'ascending';
          const order = head.ariaSort === first ? (column ? 'ascending' : 'descending') : first;
          for (const other of heads) other.removeAttribute('aria-sort');
          head.setAttribute('aria-sort', order);
          const sign = order === 'ascending' ? 1 : -1;
          const value = row => { const v = row.cells[column]?.dataset.v; return v === undefined ? null : +v; };
          const compare = (a, b) => {
            const [x, y] = [value(a), value(b)];
            if (x !== null && y !== null) return sign * (x - y);
            if (x !== null || y !== null) return x === null ? 1 : -1;
            const text = row => row.cells[column]?.textContent ?? '';
            return sign * text(a).localeCompare(text(b));
          };
          body.append(...[...body.rows].sort(compare));
        });
      });
    }

    // Rows come as pages are read, so the summary is written last; it is read first.
    const summary = document.querySelector('main > .summary');
    if (summary) summary.parentElement.prepend(summary);
    """#
}
