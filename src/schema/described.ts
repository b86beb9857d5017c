/**
 * The values of an enum, each with its description. With the domain's type as `Value` the compiler demands
 * that every value is here and none is made up.
 */
export function described<Value extends string>(descriptions: Readonly<Record<Value, string>>) {
  const values = Object.entries<string>(descriptions).map(([value, description]) => [
    value,
    { description },
  ]);
  return Object.fromEntries(values) as Record<Value, { description: string }>;
}
