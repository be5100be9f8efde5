/** A choice among a few, all of them seen. */
export function Choice<V extends string>({
  label,
  options,
  chosen,
  choose,
}: {
  label: string;
  options: readonly (readonly [value: V, words: string])[];
  chosen: V;
  choose: (value: V) => void;
}) {
  return (
    <fieldset class="choice" aria-label={label}>
      {options.map(([value, words]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}
