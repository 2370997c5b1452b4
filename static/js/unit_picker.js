// Turns <div data-unit-picker data-url="…"> with an input "unit_query" and a hidden input "unit" into a
// combobox (ARIA 1.2, list autocomplete). The server does the matching, with or without accents:
// GET data-url?q=… answers {"results": [{"code", "name", "described"}]}; described tells namesakes apart. Without this script the typed text is sent as it is.

const WAIT_MS = 200;

class UnitPicker {
  constructor(root, number) {
    this.root = root;
    this.input = root.querySelector('input[name="unit_query"]');
    this.hidden = root.querySelector('input[type="hidden"]');
    this.results = [];
    this.active = -1;
    this.timer = 0;
    this.request = null;
    this.build(`unit-list-${number}`);
    this.listen();
  }

  text(name, fallback, value = "") {
    return (this.root.dataset[name] ?? fallback).replace("%s", value);
  }

  build(id) {
    const box = document.createElement("div");
    box.className = "unit-picker-box";
    this.input.before(box);
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "unit-list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    const label = this.root.querySelector("label");
    this.list.setAttribute("aria-label", label?.firstChild.textContent.trim() || "Đơn vị");
    this.status = document.createElement("p");
    this.status.className = "unit-status";
    this.status.setAttribute("role", "status");
    box.append(this.input, this.list);
    box.after(this.status);
    this.box = box;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.box.dataset.chosen = String(Boolean(this.hidden.value));
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.hidden.value = "";
      this.box.dataset.chosen = "false";
      this.search();
    });
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    // pressing an entry must not take the focus away before the click arrives; scrolling by touch stays possible
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  search() {
    clearTimeout(this.timer);
    this.request?.abort();
    const query = this.input.value.trim();
    if (!query) {
      this.close();
      this.status.textContent = "";
      return;
    }
    this.timer = setTimeout(() => this.fetch(query), WAIT_MS);
  }

  async fetch(query) {
    this.request = new AbortController();
    const { signal } = this.request;
    const url = new URL(this.root.dataset.url, window.location.href);
    url.searchParams.set("q", query);
    try {
      const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const { results } = await response.json();
      if (!signal.aborted) this.show(results);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.status.textContent = this.text("textFailed", "Chưa tải được danh sách đơn vị. Xin kiểm tra kết nối mạng.");
    }
  }

  show(results) {
    this.results = results;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...results.map((unit, index) => this.option(unit, index)));
    this.expand(results.length > 0 && document.activeElement === this.input);
    this.status.textContent = results.length
      ? this.text("textCount", "Có %s đơn vị phù hợp. Dùng phím mũi tên để chọn.", results.length)
      : this.text("textNone", "Không tìm thấy đơn vị nào. Xin thử từ khác hoặc gõ tên viết tắt.");
  }

  option(unit, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.className = "unit-option";
    item.dataset.index = index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = unit.name;
    if (unit.described) {
      const described = document.createElement("small");
      described.textContent = unit.described;
      item.append(" ", described); // the space is for screen readers, which read the option as one text
    }
    return item;
  }

  press(event) {
    if (event.isComposing) return; // a Vietnamese keyboard is still putting a letter together
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) {
        if (this.results.length && !this.hidden.value) this.expand(true);
        else this.search();
        return;
      }
      const count = this.results.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  mark(index) {
    this.active = index;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = this.list.children[index];
    this.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  choose(index) {
    const unit = this.results[index];
    this.input.value = unit.name;
    this.hidden.value = unit.code;
    this.box.dataset.chosen = "true";
    this.close();
    this.status.textContent = this.text("textChosen", "Đã chọn %s.", unit.name);
    this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    clearTimeout(this.timer);
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.expand(false);
  }
}

document.querySelectorAll("[data-unit-picker]").forEach((root, index) => new UnitPicker(root, index));
