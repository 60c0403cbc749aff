// Runs before the first paint, so that nobody is blinded at night.
try {
  for (const key of ["theme", "size", "face"]) {
    const value = localStorage.getItem("assay." + key);
    if (value) document.documentElement.dataset[key] = value;
  }
} catch { /* storage refused: the system's choice stays */ }
