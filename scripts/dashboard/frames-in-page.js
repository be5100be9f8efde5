// What frames.ts has the page do, as an expression: a function of milliseconds.
async (milliseconds) => {
  const frames = [];
  let longestTask = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  observer.observe({ type: "longtask" });
  const end = performance.now() + milliseconds;
  await new Promise((resolve) => {
    let last = performance.now();
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  observer.disconnect();
  return { frames, longestTask };
};
