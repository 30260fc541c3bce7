// The CSRF token of this page, and a POST that carries it.
export const token = () =>
  document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export const post = (url, body, options = {}) =>
  fetch(url, {
    method: "POST",
    credentials: "same-origin",
    ...options,
    headers: {
      "X-CSRFToken": token(),
      Accept: "application/json",
      ...(body instanceof FormData ? {} : { "Content-Type": "application/json" }),
      ...options.headers,
    },
    body: body instanceof FormData ? body : JSON.stringify(body ?? {}),
  });
