/** Gives a function that runs `work` one turn of the event loop later, once for all calls that come until then. */
export function nextTurn(work: () => void): () => void {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      work();
    });
  };
}
