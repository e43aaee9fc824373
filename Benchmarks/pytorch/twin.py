#!/usr/bin/env python3
"""Consommé's network in PyTorch: what the trainer of this repository is measured against.

The same tensors, in the same order of work, as `Sources/ByteModel/Forward.swift`; forward, loss, backward, clipping, AdamW and the
running average, on the CPU, eager, products in bfloat16 by autocast, gates and recurrences in float32 as there. What the trainer
does besides (drawing pages, planting faults, labelling, match pointers) is made up once here before the clock starts, which
favours this program.

    python3 twin.py                         # prints KB/s
    python3 twin.py --scan all              # tries the ways to run a recurrence in eager mode

Needs Python 3.9 or later and torch 2.1 or later (pip install torch).
"""

import argparse
import resource
import time

import torch
import torch.nn.functional as F

# PageTags/ByteTags.swift and ByteModel/TagHeads.swift: classes of each head; `marks` are bits, each by itself.
HEADS = [("content", 3), ("attribute", 14), ("anchor", 3), ("block", 14), ("list", 9), ("boundary", 14), ("marks", 8), ("fault", 32)]
COLUMNS = 128
MATCH_BUCKETS = 256


# --- The recurrence c[t] = keep[t] * c[t-1] + fresh[t] over axis 1 of [B, T, H], three ways. ---


def scan_loop(keep, fresh, first):
    """A Python loop over time steps; autograd does the rest."""
    state, cells = first, []
    for k, f in zip(keep.unbind(1), fresh.unbind(1)):
        state = torch.addcmul(f, k, state)
        cells.append(state)
    return torch.stack(cells, 1)


def doubling(keep, fresh, first):
    """Hillis and Steele: log2(T) passes over everything."""
    fresh = fresh.clone()
    fresh[:, 0] += keep[:, 0] * first
    keep, distance, steps = keep.clone(), 1, keep.shape[1]
    while distance < steps:
        fresh[:, distance:] = torch.addcmul(fresh[:, distance:], keep[:, distance:], fresh[:, :-distance])
        keep[:, distance:] = keep[:, distance:] * keep[:, :-distance]
        distance *= 2
    return fresh


def chunked(keep, fresh, first):
    """Chunks of about √T steps side by side, then the carry from chunk to chunk: 2√T small steps."""
    batch, steps, channels = keep.shape
    size = max(1, int(steps**0.5))
    if steps % size:
        pad = (0, 0, 0, -steps % size)
        keep, fresh = F.pad(keep, pad), F.pad(fresh, pad)
    keep, fresh = keep.reshape(batch, -1, size, channels), fresh.reshape(batch, -1, size, channels)
    cells, decay = torch.empty_like(fresh), torch.empty_like(keep)
    cells[:, :, 0], decay[:, :, 0] = fresh[:, :, 0], keep[:, :, 0]
    for t in range(1, size):
        torch.addcmul(fresh[:, :, t], keep[:, :, t], cells[:, :, t - 1], out=cells[:, :, t])
        torch.mul(keep[:, :, t], decay[:, :, t - 1], out=decay[:, :, t])
    carries, carry = [], first
    for chunk in range(keep.shape[1]):
        carries.append(carry)
        carry = torch.addcmul(cells[:, chunk, -1], decay[:, chunk, -1], carry)
    cells.addcmul_(decay, torch.stack(carries, 1).unsqueeze(2))
    return cells.view(batch, -1, channels)[:, :steps]


class Scan(torch.autograd.Function):
    """A scan and, as its backward pass, the same scan against time."""

    @staticmethod
    def forward(ctx, keep, fresh, first, run):
        cells = run(keep, fresh, first)
        ctx.save_for_backward(keep, cells, first)
        ctx.run = run
        return cells

    @staticmethod
    def backward(ctx, gradient):
        keep, cells, first = ctx.saved_tensors
        # d[t] = gradient[t] + keep[t+1] * d[t+1]
        later = torch.cat([keep[:, 1:], torch.zeros_like(keep[:, :1])], 1).flip(1)
        through = ctx.run(later, gradient.flip(1), torch.zeros_like(first)).flip(1)
        before = torch.cat([first.unsqueeze(1), cells[:, :-1]], 1)
        return through * before, through, None, None


SCANS = {
    "loop": scan_loop,
    "doubling": lambda keep, fresh, first: Scan.apply(keep, fresh, first, doubling),
    "chunked": lambda keep, fresh, first: Scan.apply(keep, fresh, first, chunked),
}


# --- The network. Letters as in ByteModel/ModelShape.swift. ---


class Twin(torch.nn.Module):
    def __init__(self, a):
        super().__init__()
        self.a, self.scan = a, SCANS["chunked"]
        hb, hw, ht, d = a.byte_channels, a.wide_channels, a.tag_channels, a.tag_hidden

        def tensor(name, *shape, scale=None):
            values = torch.zeros(shape) if scale == 0 else torch.randn(shape) * (scale or shape[0] ** -0.5)
            setattr(self, name, torch.nn.Parameter(values))

        def gates(name, inputs, channels):
            tensor(name, inputs, 3 * channels)
            setattr(self, name + "_bias", torch.nn.Parameter(torch.cat([torch.zeros(channels), torch.linspace(-1, 5, channels), torch.zeros(channels)])))

        tensor("taps", a.byte_taps * 256, 3 * hb, scale=0.3)
        tensor("taps_bias", 3 * hb, scale=0)
        tensor("wide_input", hb, hw)
        for layer in range(a.wide_layers):
            setattr(self, f"gain{layer}", torch.nn.Parameter(torch.ones(hw)))
            gates(f"wide{layer}", 2 * hw if layer == 0 else hw, hw)
        self.wide_gain = torch.nn.Parameter(torch.ones(hw))
        tensor("next_byte", 256, 3 * hb, scale=0.3)
        tensor("next_match", 257, 3 * hb, scale=0.1)
        gates("next_local", hb, hb)
        tensor("next_wide", hw, 3 * hb)
        self.next_gain = torch.nn.Parameter(torch.ones(hb))
        tensor("next_output", hb, 256)
        tensor("match_bias", MATCH_BUCKETS, scale=0)
        for direction in ("forward", "backward"):
            gates(direction + "1", hw, ht)
            gates(direction + "2", 2 * ht, ht)
        tensor("tags_local", hb, d)
        tensor("tags_patch", hw + 4 * ht, d)
        tensor("tags_bytes", (2 * a.tag_reach + 1) * 256, d, scale=0.1)
        tensor("tags_bias", d, scale=0)
        tensor("tags_output", d, COLUMNS)
        tensor("tags_output_bias", COLUMNS, scale=0)

    def tables(self, table, rows):
        """Sums of one row of each of several tables of 256: rows [B, T, tables] hold the byte values."""
        offsets = torch.arange(rows.shape[-1]) * 256
        return F.embedding_bag((rows + offsets).flatten(0, 1), table, mode="sum").view(*rows.shape[:2], -1)

    def norm(self, x, gain):
        return F.rms_norm(x, gain.shape, gain, 1e-5)

    def recur(self, gates, first):
        fresh, keep, out = gates.float().chunk(3, -1)
        fresh, keep, out = fresh.tanh(), keep.sigmoid(), out.sigmoid()
        return out * self.scan(keep, fresh - keep * fresh, first)

    def forward(self, page, next_byte, tags):
        """The summed losses. Rows of the batch in `next_byte` (a slice) are read for the next byte, those in `tags` for tags."""
        a, batch = self.a, page["bytes"].shape[0]
        zeros = lambda channels, rows=batch: torch.zeros(rows, channels)
        local = self.recur(self.tables(self.taps, page["taps"]) + self.taps_bias, zeros(a.byte_channels))
        ends = local.gather(1, page["ends"].unsqueeze(-1).expand(-1, -1, a.byte_channels))
        x = ends @ self.wide_input
        for layer in range(a.wide_layers):
            normed = self.norm(x.float(), getattr(self, f"gain{layer}"))
            if layer == 0:
                normed = torch.cat([F.pad(normed, (0, 0, 1, 0))[:, :-1], normed], -1)
            gates = normed @ getattr(self, f"wide{layer}") + getattr(self, f"wide{layer}_bias")
            x = x + self.recur(gates, zeros(a.wide_channels))
        wide = self.norm(x, self.wide_gain)
        loss = 0.0
        if next_byte.stop > next_byte.start:
            loss = loss + self.next_loss({k: v[next_byte] for k, v in page.items()}, local[next_byte], wide[next_byte])
        if tags.stop > tags.start:
            loss = loss + self.tag_loss({k: v[tags] for k, v in page.items()}, local[tags], wide[tags])
        return loss

    def next_loss(self, page, local, wide):
        a, rows = self.a, local.shape[0]
        spread = lambda x, index: x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[-1]))
        gates = spread(F.pad(wide @ self.next_wide, (0, 0, 1, 0)), page["finished"]) + local @ self.next_local
        gates = gates + F.embedding(page["bytes"], self.next_byte) + F.embedding(page["match_rows"], self.next_match) + self.next_local_bias
        mixed = local + self.recur(gates, torch.zeros(rows, a.byte_channels))
        logits = (self.norm(mixed, self.next_gain) @ self.next_output).float()
        for pointer in ("long", "short"):
            bias = F.embedding(page[pointer + "_buckets"], self.match_bias.unsqueeze(1))
            logits = logits.scatter_add(2, page[pointer].unsqueeze(-1), bias)
        return F.cross_entropy(logits.flatten(0, 1), page["targets"].flatten(), reduction="sum") / logits.shape[1]

    def tag_loss(self, page, local, wide):
        a, rows = self.a, local.shape[0]

        def both_ways(x, number):
            first = torch.zeros(rows, a.tag_channels)
            ahead = self.recur(x @ getattr(self, f"forward{number}") + getattr(self, f"forward{number}_bias"), first)
            back = self.recur((x @ getattr(self, f"backward{number}") + getattr(self, f"backward{number}_bias")).flip(1), first)
            return torch.cat([ahead, back.flip(1)], -1)

        layer1 = both_ways(wide, 1)
        layer2 = both_ways(layer1, 2)
        per_patch = torch.cat([wide, layer1, layer2], -1) @ self.tags_patch
        hidden = per_patch.gather(1, page["patch"].unsqueeze(-1).expand(-1, -1, a.tag_hidden))
        hidden = hidden + local @ self.tags_local + self.tables(self.tags_bytes, page["neighbours"]) + self.tags_bias
        logits = (hidden.relu() @ self.tags_output + self.tags_output_bias).float()
        loss, start, count = 0.0, 0, logits.shape[1]
        for head, (name, classes) in enumerate(HEADS):
            part, start = logits[..., start : start + classes], start + classes
            weight = page["weights"][..., head]
            if name == "marks":
                bits = (page["labels"][..., head].unsqueeze(-1) >> torch.arange(8) & 1).float()
                loss = loss + (F.binary_cross_entropy_with_logits(part, bits, reduction="none").sum(-1) * weight).sum()
            else:
                losses = F.cross_entropy(part.flatten(0, 1), page["labels"][..., head].flatten(), reduction="none")
                loss = loss + (losses.view_as(weight) * weight).sum()
        return loss / count


def made_up_batch(a):
    """One stretch a lane, of words and tags; labels at random (their values do not change the work)."""
    generator = torch.Generator().manual_seed(1)
    random = lambda high, *shape: torch.randint(high, shape, generator=generator)
    count, lanes = a.stretch_bytes, a.lanes
    data = random(256, lanes, count)
    patches = round(count / a.bytes_per_patch)
    ends = torch.stack([torch.randperm(count - 1, generator=generator)[: patches - 1].sort().values for _ in range(lanes)])
    ends = torch.cat([ends, torch.full((lanes, 1), count - 1)], 1)
    marks = torch.zeros(lanes, count, dtype=torch.long).scatter_(1, ends, 1).cumsum(1)
    around = F.pad(data, (a.tag_reach, a.tag_reach)).unfold(1, 2 * a.tag_reach + 1, 1)
    return {
        "bytes": data,
        "taps": F.pad(data, (a.byte_taps - 1, 0)).unfold(1, a.byte_taps, 1),
        "neighbours": around,
        "ends": ends,
        "finished": marks,
        "patch": F.pad(marks, (1, 0))[:, :-1],
        "match_rows": random(257, lanes, count),
        "long": random(256, lanes, count),
        "short": random(256, lanes, count),
        "long_buckets": random(97, lanes, count),
        "short_buckets": random(97, lanes, count) + 97,
        "targets": random(256, lanes, count),
        "labels": torch.stack([random(256 if name == "marks" else classes, lanes, count) for name, classes in HEADS], -1),
        "weights": torch.rand(lanes, count, len(HEADS), generator=generator),
    }


def run(a, scan, seconds):
    """Steps for `seconds` after two to warm up; KB/s of the wall and of the processors' time."""
    torch.manual_seed(1)
    model, page = Twin(a), made_up_batch(a)
    model.scan = SCANS[scan]
    parameters = list(model.parameters())
    average = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=3e-3, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.03, fused=True)
    draw = torch.Generator().manual_seed(1)

    def step():
        # As many lanes read for the next byte as the share says, on average.
        whole = a.next_byte_share * a.lanes
        cut = int(whole) + int(torch.rand(1, generator=draw).item() < whole - int(whole))
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model(page, slice(0, cut), slice(cut, a.lanes)) / a.lanes
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        torch._foreach_lerp_(average, [p.detach() for p in parameters], 0.002)

    step()
    step()
    cpu = lambda: (lambda u: u.ru_utime + u.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
    began, began_cpu, steps = time.perf_counter(), cpu(), 0
    while time.perf_counter() - began < seconds:
        step()
        steps += 1
    kilobytes = steps * a.lanes * a.stretch_bytes / 1000
    return kilobytes / (time.perf_counter() - began), kilobytes / (cpu() - began_cpu)


def check_scans():
    """All three scans agree, forward and backward."""
    torch.manual_seed(1)
    for steps in (1, 7, 61, 144):
        results = []
        for scan in SCANS.values():
            torch.manual_seed(steps)
            keep, fresh = torch.rand(2, steps, 4, requires_grad=True), torch.randn(2, steps, 4, requires_grad=True)
            cells = scan(keep, fresh, torch.ones(2, 4))
            (cells * torch.linspace(0, 1, steps)[:, None]).sum().backward()
            results.append((cells.detach(), keep.grad, fresh.grad))
        for other in results[1:]:
            for x, y in zip(results[0], other):
                torch.testing.assert_close(x, y)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=15, help="how long to measure (default 15)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--stretch-bytes", type=int, default=16384)
    parser.add_argument("--next-byte-share", type=float, default=0.7, help="share of the lanes read for the next byte, the others for tags")
    parser.add_argument("--scan", choices=[*SCANS, "all"], default="chunked", help="how recurrences are run; all: try each of them")
    parser.add_argument("--bytes-per-patch", type=float, default=9.9)
    for name, value in [("byte-taps", 3), ("byte-channels", 128), ("wide-channels", 256), ("wide-layers", 3), ("tag-channels", 96), ("tag-hidden", 96), ("tag-reach", 2)]:
        parser.add_argument("--" + name, type=int, default=value)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    check_scans()
    for scan in SCANS if a.scan == "all" else [a.scan]:
        wall, cpu = run(a, scan, a.seconds)
        print(f"torch {torch.__version__} {scan}: {wall:.1f} KB/s, {cpu:.1f} KB per processor second", flush=True)


if __name__ == "__main__":
    main()
