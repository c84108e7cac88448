/**
 * Statements written once with Kysely for both dialects: compiled at their first use, and then only filled in, because
 * building a query costs more than running it. Kysely only compiles here; it never holds a connection.
 */
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Connection, Dialect, Value } from "./connection.js";
import type { Tables } from "./tables.js";

export type Builder = Kysely<Tables>;

const BUILDERS: Record<Dialect, Builder> = {
  sqlite: new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

/** Stands in a query for a value that is filled in later. */
class Blank {
  constructor(readonly name: string) {}
}

/** A blank of whatever type the place wants. */
type Arg = (name: string) => never;

export type Args = Readonly<Record<string, Value>>;

export interface Statement<Row> {
  all(connection: Connection, args: Args): Promise<readonly Row[]>;
  first(connection: Connection, args: Args): Promise<Row | undefined>;
  /** Rows that were written or deleted. */
  run(connection: Connection, args: Args): Promise<number>;
}

type Query<Row> = Compilable & { execute(): Promise<Row[]> };

interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A statement of fixed shape, with blanks for what differs between its uses. */
export function statement<Row>(build: (db: Builder, arg: Arg) => Query<Row>): Statement<Row> {
  const compiled = new Map<Dialect, Compiled>();
  const filled = ({ dialect }: Connection, args: Args) => {
    const known = compiled.get(dialect) ?? build(BUILDERS[dialect], (name) => new Blank(name) as never).compile();
    compiled.set(dialect, known);
    const values = known.parameters.map((value) => (value instanceof Blank ? valueOf(args, value.name) : value));
    return { sql: known.sql, values };
  };
  const all = (connection: Connection, args: Args) => {
    const { sql, values } = filled(connection, args);
    return connection.all<Row>(sql, values);
  };
  return {
    all,
    first: async (connection, args) => (await all(connection, args))[0],
    run(connection, args) {
      const { sql, values } = filled(connection, args);
      return connection.run(sql, values);
    },
  };
}

function valueOf(args: Args, name: string): Value {
  const value = args[name];
  if (value === undefined) throw new Error(`a statement lacks its ${name}`);
  return value;
}

/** A query whose shape depends on what is asked. */
export function query<Row>(connection: Connection, build: (db: Builder) => Query<Row>): Promise<readonly Row[]> {
  const { sql, parameters } = build(BUILDERS[connection.dialect]).compile();
  return connection.all<Row>(sql, parameters);
}
