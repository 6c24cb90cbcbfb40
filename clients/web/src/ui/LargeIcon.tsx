/** Four corners: something gets the whole place. */
export function LargeIcon() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 14 14"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <path d="M1 5V1H5M9 1H13V5M13 9V13H9M5 13H1V9" strokeWidth="1.8" />
    </svg>
  );
}
