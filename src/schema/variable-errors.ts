import { GraphQLError, Kind } from 'graphql';

/**
 * What graphql-js says of a variable's value, as BAD_USER_INPUT and without the value: it would repeat the
 * whole input, prompt included, into whatever collects the errors of a client. Null for any other error.
 */
export function variableError(error: GraphQLError): GraphQLError | null {
  if (error.nodes?.[0]?.kind !== Kind.VARIABLE_DEFINITION) return null;
  if (
    !/^Variable "\$\w+" (?:of (?:required|non-null) type|got invalid value) /.test(error.message)
  ) {
    return null;
  }
  return new GraphQLError(withoutValues(error), {
    nodes: error.nodes,
    // The server reads the HTTP status from the other extensions and takes them out.
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });
}

/** `Variable "$input" got invalid value VALUE at "input.seed"; Int cannot represent ...: VALUE`. */
function withoutValues({ message, originalError }: GraphQLError): string {
  if (originalError === undefined) return message;
  const subject = message.slice(0, message.indexOf(' value '));
  const prefix = message.slice(0, -originalError.message.length);
  const place = / at "[\w.[\]]+"(?=; $)/.exec(prefix)?.[0] ?? '';
  const reason = originalError.message
    .replace(/( cannot represent [^:]*):.*/s, '$1.')
    .replace(/^Value ".*" does not exist in ("\w+" enum)/s, 'Value does not exist in $1');
  return `${subject} value${place}; ${reason}`;
}
