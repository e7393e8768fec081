// The first page: one card for each instrument, Digits first and largest.
import { Appearance } from "../../components/Appearance";
import { type Page, pages } from "../../lib/pages";
import { Sketch } from "./Sketch";
import "./overview.css";

export default function Overview() {
  return (
    <div class="overview">
      <header>
        <h1>Glassnet lab</h1>
        <p>Neural networks you can see through: ask any number why.</p>
        <Appearance />
      </header>
      <main>
        <ul>
          {pages.map((page) => (
            <Card key={page.name} {...page} />
          ))}
        </ul>
        {pages.map((page) => page.states && <States key={page.name} {...page} />)}
      </main>
    </div>
  );
}

/** What a page has ready, a click from here. */
function States({ name, states }: Page) {
  return (
    <nav class="overview-states" aria-label={states?.heading}>
      <strong>{states?.heading}</strong>
      {states?.links.map(([title, fragment]) => (
        <a key={fragment} href={`./${name}#${fragment}`}>
          {title}
        </a>
      ))}
    </nav>
  );
}

function Card({ name, title, purpose }: Page) {
  return (
    <li>
      <a href={`./${name}`}>
        <Sketch name={name} />
        <strong>{title}</strong>
        <span>{purpose}</span>
      </a>
    </li>
  );
}
