// The files, made by Python and handed over by the browser; and the call that makes the same.
import { useSignal } from "@preact/signals";
import type { PictureLab } from ".";
import type { Export, File, View } from "./messages";

const KINDS: Record<Export["kind"], string> = { svg: "SVG", pdf: "PDF", png: "PNG", tex: "TikZ" };

export function Files({ view, lab }: { view: View; lab: PictureLab }) {
  const said = useSignal("");
  const save = async (kind: Export["kind"]) => {
    said.value = "";
    try {
      const file = await lab.session.call("export", { kind });
      handOver(file);
      said.value = `Saved as ${file.name}`;
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  return (
    <div class="export-files">
      <div class="export-save">
        <span aria-hidden="true">Save as</span>
        {(Object.keys(KINDS) as Export["kind"][]).map((kind) => (
          <button
            key={kind}
            type="button"
            class="primary"
            aria-label={`Save as ${KINDS[kind]}`}
            onClick={() => save(kind)}
          >
            {KINDS[kind]}
          </button>
        ))}
      </div>
      <p role="status" aria-label="Saving">
        {said.value}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <code tabIndex={0}>{view.call}</code>
    </div>
  );
}

const KEPT = 60_000; // milliseconds in which a browser has begun to save

/** Let the browser save bytes that are here already. */
function handOver({ name, media, data }: File): void {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: media }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}
