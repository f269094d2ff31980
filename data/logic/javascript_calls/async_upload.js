async function upload(file) {
  const parts = slice(file);
  const ids = await Promise.all(parts.map((p) => send(p)));
  await complete(ids);
}

function slice(file) {
  return file ? [file] : [];
}

async function send(part, tries = 3) {
  try {
    return await post("/part", part);
  } catch {
    return tries ? send(part, tries - 1) : giveUp();
  }
}

async function complete(ids) { return post("/done", ids); }
function post(url, body) { return fetch(url, { body }); }
function giveUp() { throw new Error("offline"); }
