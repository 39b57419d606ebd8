/** Set while the demo runs: the one user who may sign in at our page without an app, and where to click. */
export class DemoUser {
  id: string | undefined;
  links: readonly { readonly label: string; readonly url: string }[] = [];
}
