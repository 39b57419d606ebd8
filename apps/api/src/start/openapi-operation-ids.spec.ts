import { nameOperations } from './openapi-operation-ids.js';

const named = (...routes: string[]) => {
  const paths: Record<string, Record<string, { operationId?: string }>> = {};
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    (paths[path] ??= {})[method.toLowerCase()] = {};
  }
  nameOperations({ paths } as never);
  return routes.map((route) => {
    const [method = '', path = ''] = route.split(' ');
    return paths[path]?.[method.toLowerCase()]?.operationId;
  });
};

describe('the name of an operation', () => {
  it.each([
    ['GET /v1/tasks', 'listTasks'],
    ['POST /v1/tasks', 'createTask'],
    ['GET /v1/tasks/{id}', 'getTask'],
    ['POST /v1/tasks/{id}/cancel', 'cancelTask'],
    ['GET /v1/tasks/{id}/events', 'listTaskEvents'],
    ['GET /my-account/connections', 'listMyConnections'],
    ['PUT /v1/operator/policies/{id}', 'replacePolicy'],
    ['GET /v1/operator/policies', 'listPolicies'],
    ['DELETE /v1/operator/agents/{id}/things/{thingId}', 'deleteAgentThing'],
    ['POST /v1/users/{userId}/tokens', 'createUserToken'],
    ['GET /v1/connections/{id}/access-token', 'getConnectionAccessToken'],
    ['GET /v1/operator/status', 'getStatus'],
    ['PATCH /v1/proxy/{provider}/{path}', 'proxyPatch'],
  ])('of %s is %s', (route, id) => {
    expect(named(route)).toEqual([id]);
  });

  it('tells what the dashboard has of its own from what all have', () => {
    expect(named('POST /v1/operator/tasks/{id}/retry', 'POST /v1/tasks/{id}/retry')).toEqual([
      'retryTaskAsOperator',
      'retryTask',
    ]);
  });

  it('is never given twice', () => {
    expect(() => named('GET /v1/tasks', 'GET /tasks')).toThrow(
      'GET /tasks and GET /v1/tasks are both called listTasks',
    );
  });
});
