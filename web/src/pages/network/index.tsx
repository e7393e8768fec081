// Network: feed forward by hand. The picture with what changes it on the left; what it comes to on the right.
import { PageFrame } from "../../components/PageFrame";
import { Diagram } from "./Diagram";
import type { View } from "./messages";
import { Side } from "./Side";
import { Tools } from "./Tools";
import { type NetworkLab, type Reply, useNetwork } from "./useNetwork";
import { usePlay } from "./usePlay";
import "./network.css";

export default function NetworkPage() {
  const { lab, reply } = useNetwork();
  const view = lab.view.value;
  return (
    <PageFrame name="network" lab={lab} about={<Prose />}>
      {view && <Bench view={view} lab={lab} reply={reply} />}
    </PageFrame>
  );
}

function Bench({ view, lab, reply }: { view: View; lab: NetworkLab; reply: Reply }) {
  const play = usePlay(lab, view);
  return (
    <div class={view.is_compact ? "network is-compact" : "network"}>
      <Tools view={view} lab={lab} play={play} reply={reply} />
      <Diagram view={view} lab={lab} play={play} reply={reply} />
      <Side view={view} lab={lab} play={play} reply={reply} />
    </div>
  );
}

function Prose() {
  return (
    <>
      <p>
        Circles are neurons, lines are weights. A neuron's value is the sum of each value before it times the weight on
        the line between them, plus its bias.
      </p>
      <p>
        Click on a neuron to see its sum written out. Type another number into any input, weight or bias: 1/3 and 0,5
        work. Under the title of each layer are its size and its activation.
      </p>
      <p>
        <b>Play</b> feeds forward neuron by neuron, as on the blackboard. <b>Predict</b> hides numbers until they are
        guessed right, and names the slip in a wrong guess. <b>Collapse</b> multiplies the layers together: without an
        activation, the whole network is one line. Choose relu for a layer, and it becomes several.
      </p>
      <p>With a target, each Why? tells the gradient of the loss, too.</p>
    </>
  );
}
