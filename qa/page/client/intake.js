// How far adding is: stopping, going on, clearing.
does.stop = (button) => {
  button.disabled = true;
  trigger("stop", {});
};
does.resume = () => trigger("retry", {});
does.again = () => trigger("retry", { again: true });
does.forget = () => trigger("clear", {});
