/** What a team that is dragged from the board carries: its id. */
export const teamDragType = 'application/x-muster-team';
