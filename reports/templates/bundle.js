// The evidence of one scenario as a record of its own, which `mucspec replay` reads.

const ADDED = ["link", "place", "evidence"]; // to checks, by the page

function bundle(header, { verdict, ...line }) {
  const checks = line.checks.map((check) => Object.fromEntries(Object.entries(check).filter(([key]) => !ADDED.includes(key))));
  const totals = Object.fromEntries(INDEX.outcomes.map((outcome) => [outcome, Number(outcome === line.outcome)]));
  const footer = { record: "footer", totals, duration_s: line.duration_ms / 1000 };
  return [{ ...header, scenarios: 1 }, { ...line, checks }, footer].map((one) => JSON.stringify(one) + "\n").join("");
}

function saveBundle(where, line) {
  const { header } = INDEX.clients.find((one) => one.key === where.key);
  const link = make("a", { href: URL.createObjectURL(new Blob([bundle(header, line)])), download: `${where.key}-${where.id.replace(/[^A-Za-z0-9.]+/g, "-")}.jsonl` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1500);
}
