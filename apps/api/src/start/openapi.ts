import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { ProblemFilter, problemSchema, tellApiDescription } from '../platform/index.js';
import { exampleOf } from './openapi-examples.js';
import { withProblems } from './openapi-problems.js';

const DESCRIPTION = `Self-hosted token vault and tool gateway for AI agents.

Errors are problem details (RFC 9457) with a stable \`code\`. Lists page by \`cursor\`; the dashboard's lists under
\`/v1/operator\` follow react-admin's simple-rest convention.`;

/** The OpenAPI 3.1 description of every route, from the zod schemas that check the requests. */
export async function describeApi(app: NestFastifyApplication): Promise<OpenAPIObject> {
  const library = await import('@nestjs/swagger');
  tellApiDescription(library);
  const { DocumentBuilder, SwaggerModule } = library;
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Valetkey')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity('agent', { type: 'http', scheme: 'bearer', description: 'An agent key, vk_agent_...' })
    .addSecurity('user', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A user token' })
    .addSecurity('operator', {
      type: 'http',
      scheme: 'bearer',
      description: "An operator key, or the dashboard's session cookie",
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: jsonSchema(schema as z.ZodType, schemaType),
    }),
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: jsonSchema(problemSchema, 'output') as never },
  };
  const filter = app.get(ProblemFilter);
  const described = withProblems(withKnownMethods(document), (path, problem) =>
    filter.inDialect(path, problem),
  );
  return withExamples(withUniqueOperationIds(described));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  });
  return rest;
}

/** A route for every method is one for SEARCH too, which OpenAPI 3.1 has no word for. */
function withKnownMethods(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) Reflect.deleteProperty(operations, 'search');
  return document;
}

/** A handler that serves several paths would give each the same operation id. */
function withUniqueOperationIds(document: OpenAPIObject): OpenAPIObject {
  const used = new Map<string, number>();
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as { operationId?: string }[]) {
      const id = operation.operationId?.replace(/\[\d+\]$/, '');
      if (id === undefined) continue;
      const count = (used.get(id) ?? 0) + 1;
      used.set(id, count);
      operation.operationId = count === 1 ? id : `${id}_${count}`;
    }
  }
  return document;
}

interface Body {
  readonly content?: Readonly<Record<string, { schema?: object; example?: unknown; examples?: unknown }>>;
}

/** Gives every JSON body that has none an example made from its schema. */
function withExamples(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as {
      requestBody?: Body;
      responses?: Record<string, Body>;
    }[]) {
      for (const body of [operation.requestBody, ...Object.values(operation.responses ?? {})]) {
        const json = body?.content?.['application/json'];
        if (json?.schema && json.example === undefined && json.examples === undefined)
          json.example = exampleOf(json.schema);
      }
    }
  }
  return document;
}
