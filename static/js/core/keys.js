// Whether a key belongs to an input method that composes, which picks a candidate
// with Return. Safari tells of the Return that ends a composition only afterwards:
// it is known by this number alone.
const OF_AN_INPUT_METHOD = 229;

export function isComposing({ isComposing: isUnderWay, keyCode }) {
  return isUnderWay || keyCode === OF_AN_INPUT_METHOD;
}
