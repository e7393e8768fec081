// Linear layers multiplied together, product by product, down to one line; or why they cannot be.
import type { Collapsed } from "./messages";
import type { NetworkLab } from "./useNetwork";

export function Collapse({ collapsed, lab }: { collapsed: Collapsed; lab: NetworkLab }) {
  const { merged, of } = collapsed;
  const merge = (by: number) => lab.act("merge", (now) => ({ layers: (now.collapsed ?? collapsed).merged + by }));
  return (
    <section class="network-collapsed" aria-label="Collapsed">
      <h2>Collapsed</h2>
      {collapsed.error ? (
        <p>Not possible: {collapsed.error}. Below is what it consists of instead.</p>
      ) : (
        <>
          <p class="network-formula">{collapsed.formula}</p>
          <p class="network-products">
            <button type="button" aria-label="Back one product" disabled={merged <= 2} onClick={() => merge(-1)}>
              Back
            </button>
            <button type="button" disabled={merged >= of} onClick={() => merge(1)}>
              Next product
            </button>
          </p>
          <p class="why-hint">
            The first {merged} of {of} layers as one:
          </p>
          {collapsed.lines.map((line) => (
            <button key={line.name} type="button" class="network-line" onClick={() => lab.ask(line.name)}>
              {line.text}
            </button>
          ))}
        </>
      )}
    </section>
  );
}
