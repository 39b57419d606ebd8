import { Scene } from './scene.js';
import { furnish, type World } from './world.js';

let scene: Promise<Scene> | undefined;
let world: Promise<World> | undefined;

/** The one server and browser that all suites of the dashboard share: a start costs more than most specs. */
export const stage = {
  scene: (): Promise<Scene> => (scene ??= Scene.start()),
  /** The same, furnished. */
  world: async (): Promise<World> => {
    const { stack } = await stage.scene();
    return (world ??= furnish(stack));
  },
};
