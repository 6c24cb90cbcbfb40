// Bad manners at the WHIP and WHEP doors: a clear answer to each, while two people talk and notice nothing.
import { randomUUID } from 'node:crypto';

import { expect, test } from './support/callers';
import { connectionsUp } from './support/ears';
import { expectTogether, gather } from './support/room';
import { makeOffer, offerTo, roomsAs } from './support/rooms_hub';

test('what is wrong is refused, and the others notice nothing', async ({ caller, page }) => {
  const { chair, desk, phone, everybody, roomId } = await gather(caller);
  await expectTogether(everybody);
  const connected = await Promise.all(everybody.map(({ page }) => connectionsUp(page)));

  const stranger = roomsAs('monitor');
  const joinFor = (ticketTtlS: number) =>
    stranger.joinRoom({ requestId: randomUUID(), roomId, ticketTtlS });
  const { participant, publishTicket, watchTicket } = await joinFor(300);
  const whip = `/whip/${participant?.streamId ?? ''}`;
  const { participants } = await stranger.listParticipants({ roomId });
  const whepOf = (post: string) =>
    `/whep/${participants.find(({ name }) => name === post)?.streamId ?? ''}`;
  const sending = await makeOffer(page, 'sendonly');
  const watching = await makeOffer(page, 'recvonly');

  await test.step('an offer that is none', async () => {
    for (const sdp of ['', 'not a session description', 'v=0\r\n', sending.slice(0, 300)]) {
      expect((await offerTo(whip, publishTicket, sdp)).status, sdp).toBe(400);
      expect((await offerTo(whepOf(chair.post), watchTicket, sdp)).status, sdp).toBe(400);
    }
    expect((await offerTo(whip, publishTicket, 'v=0\r\n'.repeat(20_000))).status).toBe(413);
  });

  await test.step('a ticket for something else', async () => {
    expect((await offerTo(whip, watchTicket, sending)).status).toBe(403);
    expect((await offerTo(whepOf(chair.post), publishTicket, watching)).status).toBe(403);
    expect((await offerTo(`/whip/${randomUUID()}`, publishTicket, sending)).status).toBe(404);
    const others = whepOf(desk.post).replace('whep', 'whip');
    expect((await offerTo(others, publishTicket, sending)).status).toBe(403);
    expect((await offerTo(whip, `${publishTicket}x`, sending)).status).toBe(401);
  });

  await test.step('a second publisher with the same ticket', async () => {
    expect((await offerTo(whip, publishTicket, sending)).status).toBe(201);
    const second = await offerTo(whip, publishTicket, sending);
    expect(second.status).toBe(409);
    expect(JSON.parse(second.text)).toHaveProperty('detail');
  });

  await test.step('a ticket that is over', async () => {
    const short = await joinFor(1);
    const statusOf = async (path: string, ticket: string, sdp: string) =>
      (await offerTo(path, ticket, sdp)).status;
    await expect.poll(() => statusOf(whip, short.publishTicket, sending)).toBe(401);
    await expect.poll(() => statusOf(whepOf(phone.post), short.watchTicket, watching)).toBe(401);
  });

  await test.step('nobody else noticed', async () => {
    await expectTogether(everybody);
    const now = await Promise.all(everybody.map(({ page: of }) => connectionsUp(of)));
    now.forEach((up, i) => expect(up).toEqual(expect.arrayContaining(connected[i] ?? [])));
  });
});
