/** Set while the demo runs: the one user who may sign in at our page without an app. */
export class DemoUser {
  id: string | undefined;
}
