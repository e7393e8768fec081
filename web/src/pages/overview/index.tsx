// The first page: one card for each instrument.
import { Appearance } from "../../components/Appearance";
import { pages } from "../../lib/pages";
import "./overview.css";

export default function Overview() {
  return (
    <div class="overview">
      <header>
        <h1>Glassnet lab</h1>
        <Appearance />
      </header>
      <main>
        <p>Neural networks you can see through: Python computes every number, and each of them can be asked why.</p>
        <ul>
          {pages.map((page) => (
            <li key={page.name}>
              <a href={`./${page.name}`}>
                <strong>{page.title}</strong>
                <span>{page.purpose}</span>
              </a>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
