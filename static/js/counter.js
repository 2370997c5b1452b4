// The code page of a shared device: nothing that an earlier person's pages kept stays behind.
localStorage.clear();
sessionStorage.clear();
