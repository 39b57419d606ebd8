/** A part of JSON Schema: the known shape of a value that rules may look at. */
export interface KnownValue {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, KnownValue>>;
  readonly required?: readonly string[];
  readonly items?: KnownValue;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly KnownValue[];
  readonly oneOf?: readonly KnownValue[];
  readonly allOf?: readonly KnownValue[];
}
